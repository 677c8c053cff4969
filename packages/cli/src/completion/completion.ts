import { printable } from '@sallyport/contract'
import { type Command, command } from '../frame/command.ts'
import { Misuse } from '../frame/failure.ts'
import { answer } from './answer.ts'
import { scripts } from './scripts.ts'

const shells = [...scripts.keys()]

/** Completion in shells, of these commands and of itself. */
export function completionOf(commands: readonly Command[]): Command {
  const completion = command({
    name: 'completion',
    usage: shells.join('|'),
    takesWords: true,
    summary: 'print what makes a shell complete commands, options, APIs and permits',
    details:
      'The script asks `sallyport completion answer -- WORD...`, which reads files of this folder and asks its gateway.',
    options: {},
    examples: [
      ['completion bash', 'for ~/.bashrc: source <(sallyport completion bash)'],
      ['completion zsh', 'for ~/.zshrc, after compinit: source <(sallyport completion zsh)'],
      ['completion fish', 'into ~/.config/fish/completions/sallyport.fish'],
    ],
    async run({ positionals, ports }) {
      const [first = '', ...words] = positionals
      if (first === 'answer') {
        const found = await answer([...commands, completion], words, ports)
        for (const { text, told } of found)
          ports.stdout.write(`${printable(text)}${told === undefined ? '' : `\t${told}`}\n`)
        return 0
      }
      const script = scripts.get(first)
      if (script === undefined || words.length > 0) throw new Misuse(`needs a shell: ${shells.join(', ')}`)
      ports.stdout.write(script)
      return 0
    },
  })
  return completion
}
