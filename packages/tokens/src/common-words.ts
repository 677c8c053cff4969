/** Words that people build secrets of: placeholders, the subject itself, the small words of a sentence, favourite passwords. */
export const commonWords: readonly string[] = `
  a about access account add admin administrator after again all always am an and another any anyone anything api app
  apple application are as at auth authentication authorization awesome back backend bad base base64 be because been
  before best better big bit bits black blue book but by can cat change changed changeit changeme char character
  characters chars client cloud code com company complex config configured connect cookie could create crypto dark
  data database day default demo dev develop development did do docker does dog dont down dragon easy else encode
  encoded encrypt encrypted encryption end enough enter env environment ever every everyone everything example fake
  false file find first flask foo for forget from generate generated get give go god good great guess had hard has
  hash have he hello help her here hidden him his hmac home hope how i if im in information insert into is it its java
  json just jwt keep key keys know last leave let letmein life like line little live local localhost long longer love
  made main make man many master may me medium message mine minimum mongo more most much must my mysecret name need
  never new next nice night no nobody node not nothing now null number of off ok old on one only open or other our out
  over pass passphrase passport password people phrase please prod product production project protect public put
  qwerty random real really replace right root rsa safe salt same sample save say secret secrets secure secured
  security see server service session set sha sha256 she shh shhh should show side sign signature signing simple site
  sky so some something somewhere spring staging star start state still string strong stuff sun sunshine super
  supersecret system take tell temp temporary test testing text than thank that the their them then there these they
  thing think this time to todo token tokens top true try two undefined under unguessable unique unsafe up update us
  use used user username users using value vault verify very want war was water way we web website welcome well were
  what when where which white who will with within without word words work world would wow write wrong yes you your
  yours zero
`
  .trim()
  .split(/\s+/)

/** Ways that fingers walk: the alphabet, the digits, the rows and columns of a keyboard. Walked backwards too. */
export const commonWalks: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  '0123456789abcdef0',
  'qwertyuiop[]',
  'asdfghjkl;',
  'zxcvbnm,./',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
  '!@#$%^&*()_+',
]

/** The letter pairs that make up about half of running English, the frequent ones of Romance languages among them. */
export const commonPairs: ReadonlySet<string> = new Set(
  `th he in er re an on at en nd es st te ed or ti to is it ng ar al as ha ou se le ve of me nt de hi ri ro ic ne ea ra ce li ch
   ll ma si om ur el la ca co ta no ad do os us`.split(/\s+/),
)
