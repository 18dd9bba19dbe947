#compdef migrate
# SPDX-License-Identifier: MIT
# Completion of migrate for zsh: asks the program itself what may stand there. It lies as _migrate in
# a folder of $fpath; without a package: source <(migrate completion zsh)

_migrate() {
    local line name
    local -a before names texts shown
    local -i width=0 i

    before=("${(@Q)words[2,CURRENT-1]}")
    for line in "${(@f)$(${(Q)~words[1]} __complete -- "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
        case $line in
        '') ;;
        :files | :folders)
            compset -P '--[a-z-]##='
            if [[ $line == :files ]]; then _files; else _files -/; fi
            return
            ;;
        *)
            name=${line%%$'\t'*}
            names+=("$name")
            texts+=("${line#"$name"}")
            (( ${#name} > width )) && width=${#name}
            ;;
        esac
    done
    (( ${#names} )) || return 1
    for (( i = 1; i <= ${#names}; i++ )); do
        line=${texts[i]#$'\t'}
        shown+=("${names[i]}${line:+${(l:width - ${#names[i]}:)}  -- $line}")
    done
    if [[ -n ${(j::)texts} ]]; then
        compadd -l -d shown -a names
    else
        compadd -a names
    fi
}

# loaded by compinit as a function, or sourced
if [[ ${funcstack[1]-} == _migrate ]]; then
    _migrate "$@"
else
    compdef _migrate migrate
fi
