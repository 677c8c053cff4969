/** Why a message isn't encrypted as it has to be. The message is for the log. */
export class NotEncrypted extends Error {
  override readonly name = 'NotEncrypted'
}
