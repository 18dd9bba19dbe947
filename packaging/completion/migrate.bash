# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Completion of migrate for bash (3.2 and later): asks the program itself what may stand there.
# bash-completion loads it from its folder; without a package: source <(migrate completion bash)

_migrate() {
    local words=() part text rest=$COMP_LINE cut='' breaks=${COMP_WORDBREAKS//[^:=@]/} i
    # bash cuts at ':', '=' and '@' too: what no blank parts is one word
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        text=${rest#"${rest%%[![:space:]]*}"}
        if [[ $i -eq 0 || $text != "$rest" ]]; then
            words+=("$part")
        else
            words[${#words[@]} - 1]+=$part
        fi
        rest=${text#"$part"}
    done
    # and the last one ends at the cursor
    text=${words[${#words[@]} - 1]}
    i=$((${#COMP_LINE} - ${#rest} - COMP_POINT))
    [[ $i -le 0 || $i -gt ${#text} ]] || text=${text:0:${#text} - i}
    words[${#words[@]} - 1]=$text
    # what stands before the last cut is not replaced
    [[ -z $breaks ]] || cut=${text%"${text##*["$breaks"]}"}

    COMPREPLY=()
    while IFS=$'\t' read -r part _; do
        case $part in
        :files | :folders)
            compopt -o filenames 2>/dev/null
            [[ $part == :files ]] && i=-f || i=-d
            while IFS= read -r part; do
                COMPREPLY+=("$part")
            done < <(compgen "$i" -- "${text#"$cut"}")
            ;;
        *) COMPREPLY+=("${part#"$cut"}") ;;
        esac
    done < <("${1/#\~/$HOME}" __complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _migrate migrate
