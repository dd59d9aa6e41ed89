// Types of vendor/hpke.js (@hpke/core): only what crypto/ uses.
export class DhkemP256HkdfSha256 {
  importKey(format: "raw", key: ArrayBuffer, isPublic: boolean): Promise<CryptoKey>;
}
export class HkdfSha256 {}
export class Aes256Gcm {}
export class CipherSuite {
  constructor(parts: { kem: DhkemP256HkdfSha256; kdf: HkdfSha256; aead: Aes256Gcm });
  readonly kem: DhkemP256HkdfSha256;
  createSenderContext(params: { recipientPublicKey: CryptoKey; info?: ArrayBuffer }): Promise<{
    readonly enc: ArrayBuffer;
    seal(plain: ArrayBuffer, aad?: ArrayBuffer): Promise<ArrayBuffer>;
  }>;
  createRecipientContext(params: { recipientKey: CryptoKeyPair; enc: ArrayBuffer; info?: ArrayBuffer }): Promise<{
    open(sealed: ArrayBuffer, aad?: ArrayBuffer): Promise<ArrayBuffer>;
  }>;
}
