const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A sortable unique id: 48 bits of milliseconds and 80 random bits in Crockford's base 32, 26 characters (R5.1.2-1). */
export function newUlid(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  let value = BigInt(now);
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = (alphabet[Number(value & 31n)] ?? '0') + text;
    value >>= 5n;
  }
  return text;
}
