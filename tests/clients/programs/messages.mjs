// @ts-nocheck: it is given an SDK of tests/clients/node_modules, which only tests of real clients install.

const say = value => console.log(JSON.stringify(value))

/**
 * Calls by an SDK of Anthropic's, set up by the environment as its users do: each of the program's arguments is a call's parameters,
 * as JSON. Says the answer, each piece of a streamed one, or the error, a line of JSON each.
 */
export async function callWith(Anthropic) {
  for (const argument of process.argv.slice(2)) {
    const parameters = JSON.parse(argument)
    try {
      const answer = await new Anthropic().messages.create(parameters)
      if (parameters.stream) {
        for await (const event of answer) if (event.type === 'content_block_delta') say(event.delta.text)
      } else say(answer.content[0].text)
    } catch (error) {
      const { status, message, error: body } = error
      say({ name: error.constructor.name, status, message, code: body?.error?.code })
    }
  }
}
