# SPDX-License-Identifier: MIT
# Completion of migrate for fish: asks the program itself what may stand there. fish loads it from its
# folder vendor_completions.d; without a package: migrate completion fish | source

function __migrate_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l value (string replace -r -- '^--[a-z-]+=' '' $word)
    set -l prefix (string replace -r -- '(^--[a-z-]+=|).*' '$1' $word)
    for line in ($words[1] __complete -- $words[2..] "$word" 2>/dev/null)
        switch $line
            case :files
                string replace -r -- '^' "$prefix" (__fish_complete_path "$value")
            case :folders
                string replace -r -- '^' "$prefix" (__fish_complete_directories "$value" '')
            case '*'
                echo $line
        end
    end
end
complete -c migrate -f -a '(__migrate_complete)'
