/** The first line that a tiny guest writes to its serial console. */
export const TINY_GUEST_SAYS = 'hello from the guest';

/**
 * A disk whose boot sector is the whole operating system: it greets on the serial console, and then powers the PC off, or
 * waits for ever. It is at work a fraction of a second after power-on.
 */
export function tinyGuest(then: 'power off' | 'wait'): Buffer {
  const greeting = Buffer.from(`${TINY_GUEST_SAYS}\r\n\0`, 'latin1');
  const segments = [0x31, 0xc0, 0x8e, 0xd8]; // xor ax, ax; mov ds, ax
  // lodsb; or al, al; jz +6; mov dx, 0x3f8; out dx, al; jmp back
  const print = [0xac, 0x08, 0xc0, 0x74, 0x06, 0xba, 0xf8, 0x03, 0xee, 0xeb, 0xf5];
  // mov dx, 0x604; mov ax, 0x2000; out dx, ax: the power management port of QEMU's `pc`
  const powerOff = then === 'power off' ? [0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef] : [];
  const halt = [0xf4, 0xeb, 0xfd]; // hlt; jmp back
  const text = 0x7c00 + segments.length + 3 + print.length + powerOff.length + halt.length;
  const load = [0xbe, text & 0xff, text >> 8]; // mov si, text
  const disk = Buffer.alloc(1 << 20);
  Buffer.concat([Buffer.from([...segments, ...load, ...print, ...powerOff, ...halt]), greeting]).copy(disk);
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}
