/** A model's provider as its own SDK knows it: what the stand-in answers, and where the key goes. */
export interface Sdk {
  readonly name: string
  /** In `programs`. */
  readonly program: string
  /** How the gateway is told where the token stands. */
  readonly identify: string
  readonly path: string
  /** Where the key goes. `name` in lower case. */
  readonly credential: { readonly kind: 'header'; readonly name: string; readonly scheme?: string }
  /** What the SDK is set up with. */
  env(url: string, token: string): Readonly<Record<string, string>>
  answer(text: string): object
  /** The event stream: what comes before the pieces, each piece, and what comes after. */
  readonly before: string
  piece(text: string): string
  readonly after: string
}

const event = (data: object, name?: string) =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`

const chunk = (delta: object, finish_reason: string | null) =>
  event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'small',
    choices: [{ index: 0, delta, finish_reason }],
  })

const openai: Sdk = {
  name: 'openai',
  program: 'openai.mjs',
  identify: 'magicToken',
  path: '/v1/chat/completions',
  credential: { kind: 'header', name: 'authorization', scheme: 'Bearer' },
  env: (url, token) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: token }),
  answer: content => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: 'small',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }),
  before: '',
  piece: content => chunk({ content }, null),
  after: `${chunk({}, 'stop')}data: [DONE]\n\n`,
}

const typed = (data: { readonly type: string; readonly [member: string]: unknown }) => event(data, data.type)

const message = (content: readonly object[], stop_reason: string | null) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'small',
  content,
  stop_reason,
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
})

const anthropic: Sdk = {
  name: '@anthropic-ai/sdk',
  program: 'anthropic.mjs',
  identify: '{ any: [magicToken, { magicToken: { header: x-api-key } }] }',
  path: '/v1/messages',
  credential: { kind: 'header', name: 'x-api-key' },
  env: (url, token) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: token }),
  answer: text => message([{ type: 'text', text }], 'end_turn'),
  before:
    typed({ type: 'message_start', message: message([], null) }) +
    typed({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  piece: text => typed({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
  after:
    typed({ type: 'content_block_stop', index: 0 }) +
    typed({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } }) +
    typed({ type: 'message_stop' }),
}

/** The key goes to the provider as X-Api-Key, however the SDK sends the token. */
export const sdks: readonly Sdk[] = [
  openai,
  anthropic,
  { ...anthropic, name: '@anthropic-ai/sdk 0', program: 'anthropic-0.mjs' },
]
