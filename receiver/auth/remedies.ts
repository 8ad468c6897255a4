/** How to make a certificate pair; reads after "; ". */
export const MAKE_PAIR = 'make a pair with "otel-o365 certificate"';

/** How to replace a pair that cannot be used any more. */
export const NEW_PAIR: string = `${MAKE_PAIR}, upload certificate.pem under "Certificates & secrets" of the app registration, and set certificate_file and private_key_file`;

/** How to get PEM files out of PKCS#12. */
export const CONVERT_PFX =
  'convert it with "openssl pkcs12 -in FILE -clcerts -nokeys -out certificate.pem" and "openssl pkcs12 -in FILE -nocerts -nodes -out key.pem"';

/** How to take the password off a key. */
export const DECRYPT_KEY =
  'write it without a password with "openssl pkey -in FILE -out key-plain.pem" and let only the collector read it';
