// What a shell runs to complete `pnpm ex …`. It asks `complete` for candidates, a line for each: the word, a tab, its
// meaning. Other words after pnpm, and other folders, stay with whoever completed them before.

interface Shell {
  name: string
  /** What the user types once, to have it in each new terminal. */
  install: string
  /** The script; `top` is the folder of the workshop, `ask` the command that gives candidates. */
  script(top: string, ask: string): string
}

export const shells: Shell[] = [
  {
    name: 'bash',
    install: 'pnpm ex completion bash >> ~/.bashrc',
    script: (top, ask) => `
_p2p_workshop_before=$(complete -p pnpm 2>/dev/null | sed -n 's/.* -F \\([^ ]*\\) .*/\\1/p')
_p2p_workshop() {
  if [[ \${COMP_WORDS[1]} != ex || $PWD/ != ${top}/* ]]; then
    [[ -n $_p2p_workshop_before ]] && $_p2p_workshop_before "$@"
    return
  fi
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(${ask} "\${COMP_WORDS[@]:2:COMP_CWORD-1}" 2>/dev/null)
}
complete -o default -F _p2p_workshop pnpm
`
  },
  {
    name: 'zsh',
    install: 'pnpm ex completion zsh >> ~/.zshrc',
    script: (top, ask) => `
_p2p_workshop_before=\${_comps[pnpm]}
_p2p_workshop() {
  if [[ $words[2] != ex || $PWD/ != ${top}/* ]]; then
    [[ -n $_p2p_workshop_before ]] && $_p2p_workshop_before "$@"
    return
  fi
  local line
  local -a candidates
  while IFS= read -r line; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(${ask} "\${(@)words[3,CURRENT]}" 2>/dev/null)
  if (( $#candidates )); then _describe 'pnpm ex' candidates; else _files; fi
}
compdef _p2p_workshop pnpm
`
  },
  {
    name: 'fish',
    install: 'pnpm ex completion fish > ~/.config/fish/completions/p2p-workshop.fish',
    script: (top, ask) => `
function __p2p_workshop_here
    set -l words (commandline -opc)
    test "$words[2]" = ex; and string match -q -- ${top}'/*' $PWD/
end
function __p2p_workshop
    set -l words (commandline -opc) (commandline -ct)
    ${ask} $words[3..] 2>/dev/null
end
complete -c pnpm -n __p2p_workshop_here -f -a '(__p2p_workshop)'
`
  }
]
