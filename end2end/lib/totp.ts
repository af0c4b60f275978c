// RFC 6238, as the program on the telephone does it.
import { createHmac } from 'node:crypto';

/** The code that a secret has so many half minutes from now. */
export function code(secret: string, steps = 0): string {
  const bits = [...secret.toUpperCase()].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac('sha1', key).update(step).digest();
  const at = digest[19] & 15;
  return `${(digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000}`.padStart(6, '0');
}
