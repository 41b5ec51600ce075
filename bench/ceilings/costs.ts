import { defaultMessageBytes } from '../../servers/contract/message.ts';
import { type ContenderKey, contenderOf } from '../plan/contenders.ts';

/** What a process holds, by kind. The cost of a client is what each further client adds. */
interface Cost {
  /** Resident memory that is kept while the clients stay: with silent clients, and with one message per client and interval. */
  silentBytes: number;
  sendingBytes: number;
  /** Memory of the kernel for the process: sockets, page tables, stacks of threads. */
  kernelBytes: number;
  descriptors: number;
  threads: number;
  /** Lines of /proc/PID/maps. */
  memoryMaps: number;
}

export interface ServerCost {
  /** The warm server without a client, including code that was compiled for the first thousand messages. */
  base: Cost & { virtualBytes: number };
  client: Cost;
  /** Address space of one more client, by architecture: V8 reserves far more than it uses. */
  clientVirtualBytes: { x64: number; arm64: number };
}

/**
 * Costs measured on x86-64 (Linux 6.18, Node 26.10, messages of 10,240 bytes, one a second), with the bundles that a run
 * measures: the slope of /proc/PID (VmRSS, fd, maps, VmSize) and of the memory cgroup's kernel memory from 20 to 240
 * clients of `blocking` and from 1,000 to 12,000 of `async`. costs.test.ts holds them against results/reference.
 */
const async: ServerCost = {
  // The idle server has 62 MB. The line through 2,000, 6,000 and 12,000 silent clients begins at 82 MB.
  base: {
    silentBytes: 82_000_000,
    sendingBytes: 82_000_000,
    kernelBytes: 1_000_000,
    descriptors: 23,
    threads: 7,
    memoryMaps: 162,
    virtualBytes: 1_531_000_000,
  },
  client: {
    silentBytes: 42_000,
    // Measured from 70,000 to 100,000, depending on what the garbage collector has left.
    sendingBytes: 85_000,
    kernelBytes: 5_000,
    descriptors: 1,
    threads: 0,
    // A map of 256 KiB is a page of V8's heap.
    memoryMaps: 0.15,
  },
  clientVirtualBytes: { x64: 98_000, arm64: 98_000 },
};

const blocking: ServerCost = {
  base: {
    silentBytes: 65_000_000,
    sendingBytes: 65_000_000,
    kernelBytes: 1_000_000,
    descriptors: 23,
    threads: 7,
    memoryMaps: 160,
    virtualBytes: 1_456_000_000,
  },
  client: {
    silentBytes: 9_800_000,
    sendingBytes: 10_700_000,
    // 290,000 for page tables, 18,000 for the stack, and the rest for the socket and its loop.
    kernelBytes: 350_000,
    // The socket, and libuv's loop: epoll, io_uring, eventfd, both ends of the signal pipe, and the descriptor that
    // it keeps in reserve for accept(2) (/dev/null). A kernel without io_uring needs one less.
    descriptors: 7,
    threads: 1,
    // Some 29 pages of V8's heap, the code range, stack and guard pages, and two maps of io_uring.
    memoryMaps: 42,
  },
  // On x86-64 V8's code range takes 512 MiB. The value for arm64, 0.56 GiB, comes from reports and was not measured: with
  // 39-bit user addresses, as in some kernels of the Pi, the process ends near 900 threads.
  clientVirtualBytes: { x64: 820_000_000, arm64: 600_000_000 },
};

/** The measured costs, by the name of the server. */
export const measuredCosts: ReadonlyMap<string, ServerCost> = new Map([
  ['async', async],
  ['blocking', blocking],
]);

/**
 * What a contender's server costs. For a server that was never measured this is a guess: the cost of `async`, which is the
 * lowest per client. A limit that is too low for that is hardly enough for any server.
 */
export function costOf(contender: ContenderKey): ServerCost & { isGuess: boolean } {
  const measured = measuredCosts.get(contenderOf(contender).server);
  return { ...(measured ?? async), isGuess: measured === undefined };
}

/** One process of the fleet: its base, and what each client adds. */
export const fleetCost: { base: Cost; client: Cost } = {
  base: {
    silentBytes: 114_000_000,
    sendingBytes: 114_000_000,
    kernelBytes: 1_000_000,
    descriptors: 22,
    threads: 7,
    memoryMaps: 220,
  },
  client: {
    silentBytes: 40_000,
    sendingBytes: 55_000,
    kernelBytes: 5_000,
    descriptors: 1,
    threads: 0,
    memoryMaps: 0.02,
  },
};

/** Memory, including the kernel's. A message larger than the default takes its further bytes once more. */
export function memoryBytes(cost: Cost, sending: boolean, messageBytes = defaultMessageBytes): number {
  const message = Math.max(0, messageBytes - defaultMessageBytes);
  return cost.kernelBytes + (sending ? cost.sendingBytes + message : cost.silentBytes);
}

/**
 * Bits of one message on the wire, above Ethernet: masked websocket frame (RFC 6455, 5.2), TLS 1.3 records of
 * 16 KiB with header, content type and tag (RFC 8446, 5.2), and segments of 1,448 bytes with 20 bytes of IPv4 and 32 of
 * TCP (with time stamps). 10,240 bytes are 85 kbit.
 */
export function wireBits(messageBytes: number): number {
  const lengthBytes = messageBytes < 65_536 ? 2 : 8;
  const frameBytes = messageBytes + 2 + lengthBytes + 4;
  const recordBytes = frameBytes + Math.ceil(frameBytes / 16_384) * 22;
  return 8 * (recordBytes + Math.ceil(recordBytes / 1_448) * 52);
}
