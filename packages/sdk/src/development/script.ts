/** Asks for the calls once a second and shows them where they changed; what was opened stays open. */
export const script = `const list = document.getElementById('calls')
const pause = document.getElementById('pause')
const state = document.getElementById('state')
let shown = list.innerHTML

const show = text => {
  const open = new Set([...list.querySelectorAll('details[open]')].map(({ id }) => id))
  const focused = document.activeElement?.closest('details')?.id
  list.innerHTML = text
  for (const id of open) document.getElementById(id)?.setAttribute('open', '')
  if (focused) document.getElementById(focused)?.querySelector('summary').focus({ preventScroll: true })
}

const look = async () => {
  if (pause.checked || document.hidden) return
  try {
    const response = await fetch('./_development/calls')
    if (!response.ok) throw new Error(String(response.status))
    const text = await response.text()
    if (text !== shown) show(text)
    shown = text
    state.textContent = ''
  } catch {
    state.textContent = 'The application does not answer.'
  }
}

setInterval(look, 1000)
`
