/*
 * What each shell runs at a TAB: all three ask `sallyport completion answer`, which gets the words as they mean, without quotes, and
 * gives a candidate a line, a tab and what it is. Where there is none the shell offers files.
 */

/** bash splits words at `=`, and hands over quotes as they were typed. Within open quotes it adds what is missing itself. */
const bash = `# sallyport completion bash
_sallyport() {
  local word=\${COMP_WORDS[COMP_CWORD]} open= quote=\\' line
  local -a before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  case $word in [\\'\\"]*) open=yes word=\${word:1} ;; *) word=\${word//\\\\/} ;; esac
  COMPREPLY=()
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    [[ -n $open || $line != *[!A-Za-z0-9_./:@-]* ]] || line="'\${line//$quote/$quote\\\\$quote$quote}'"
    COMPREPLY+=("$line")
  done < <("$1" completion answer -- "\${before[@]}" "$word" 2>/dev/null)
}
complete -o default -F _sallyport sallyport
`

const zsh = `#compdef sallyport
# sallyport completion zsh
_sallyport() {
  local line
  local -a values told
  for line in "\${(@f)$("\${words[1]}" completion answer -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    values+=("\${line%%$'\\t'*}")
    told+=("\${line/$'\\t'/  -- }")
  done
  if (( \${#values} )); then compadd -l -d told -a values; else _files; fi
}
compdef _sallyport sallyport
`

const fish = `# sallyport completion fish
function __sallyport_answer
  set -l words (commandline -opc)
  set -l word (string replace -r '^[\\'"]' '' -- (commandline -ct))
  set -l found ($words[1] completion answer -- $words[2..-1] "$word" 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c sallyport -f -a '(__sallyport_answer)'
`

export const scripts: ReadonlyMap<string, string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
])
