// @ts-nocheck: its package stands in tests/clients/node_modules, which only tests of real clients install.
// Calls by OpenAI's SDK, set up by the environment as its users do: each argument is a call's parameters, as JSON. Says the answer,
// each piece of a streamed one, or the error, a line of JSON each.
import OpenAI from 'openai'

const say = value => console.log(JSON.stringify(value))

for (const argument of process.argv.slice(2)) {
  const parameters = JSON.parse(argument)
  try {
    const answer = await new OpenAI().chat.completions.create(parameters)
    if (parameters.stream) for await (const { choices } of answer) say(choices[0].delta.content)
    else say(answer.choices[0].message.content)
  } catch (error) {
    const { status, message, code } = error
    say({ name: error.constructor.name, status, message, code })
  }
}
