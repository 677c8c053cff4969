import type { Line, Started } from '../lines.ts'

/** The calls to try: allowed, refused, limited, explained. */
export function linesToTry({ url, api, file, data }: Started): readonly Line[] {
  const bearer = (name: string) => `-H "Authorization: Bearer $(cat ${file(name)})"`
  const of = data === undefined ? '' : ` --data ${data}`
  const order = `-d '{"item":"saw","count":1}'`
  const six = `for i in 1 2 3 4 5 6; do curl -s -o /dev/null -w '%{http_code}\\n'`
  return [
    ['An allowed call: token_1 may list items', `curl -i ${bearer('token_1')} ${url}/warehouse/items`],
    ['A refused one: token_1 may not order', `curl -i ${bearer('token_1')} ${order} ${url}/warehouse/orders`],
    [
      'A limited one: token_2 may call five times in ten seconds',
      `${six} ${bearer('token_2')} ${url}/warehouse/items/saw; done`,
    ],
    ['Past the gateway: the warehouse knows its word alone', `curl -i ${bearer('token_2')} ${api}/items`],
    ['What happened: the last calls with their ids', `npx sallyport calls${of}`],
    ['Why? Ask with an id, which is also the Sallyport-Call-Id of the answer', `npx sallyport explain CALL-ID${of}`],
    [
      'Or about a call that was never made',
      `npx sallyport explain 'POST /warehouse/orders' --token @${file('token_1')}${of}`,
    ],
  ]
}
