/**
 * Sign-in error codes that stand for an interruption: the service asked the client for one more step (a second factor,
 * a choice of account, consent, "stay signed in?"). They arrive as `UserLoginFailed` although nobody got a password
 * wrong. Records that carry one are marked `o365.sign_in_interrupted`.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes (read 2026-11-22)
 */
const INTERRUPTION_CODES: ReadonlySet<string> = new Set([
  "16000", // choose one of several accounts
  "16001", // the chosen account has no session
  "16002", // the chosen session does not fit
  "50055", // the password is right but has expired
  "50058", // silent sign-in without a session
  "50072", // second factor has to be set up
  "50074", // second factor asked for
  "50076", // second factor asked for, by policy
  "50078", // second factor is too old, by policy
  "50079", // second factor has to be set up, by policy
  "50097", // device authentication asked for
  "50125", // password reset or registration
  "50127", // broker app has to be installed
  "50129", // device has to be joined
  "50140", // "stay signed in?"
  "50143", // session of another tenant
  "50144", // the password is right but has expired on premises
  "50158", // second factor of another provider asked for
  "50168", // Chrome has to bring its token along
  "50199", // confirmation asked for
  "50203", // authenticator app has to be set up
  "51006", // Windows authentication asked for
  "52004", // consent for LinkedIn asked for
  "65001", // consent asked for
  "81010", // the ticket of seamless sign-on has expired; the sign-in page follows
  "90095", // consent of an administrator asked for
]);

/** True for an error code (`ErrorNumber`, `ErrorCode`) or error name (`LogonError`) of an interrupted sign-in. */
export function isInterruption(code: string): boolean {
  return INTERRUPTION_CODES.has(code) || code.endsWith("Interrupt");
}
