// Types of vendor/mp3.js (lamejs): LAME in JavaScript. Mono: one channel of
// 16-bit samples; what comes back are whole frames, which may be none yet.
export class Mp3Encoder {
  constructor(channels: 1 | 2, sampleRate: number, kbps: number);
  encodeBuffer(left: Int16Array, right?: Int16Array): Uint8Array | Int8Array;
  flush(): Uint8Array | Int8Array;
}
