/**
 * A program that makes the kernel track all connections of its network namespace, as a stateful firewall does. It sends the
 * bytes that `nft` sends for a rule on `ct state` (linux/netlink.h, linux/netfilter/nf_tables.h), so that `nft` need not be
 * installed.
 */
const netlink = { family: 16, raw: 3, netfilter: 12 } as const;
const flags = { request: 0x1, acknowledge: 0x4, create: 0x400, append: 0x800 } as const;
const types = { batchBegin: 0x10, batchEnd: 0x11, newTable: 0xa00, newChain: 0xa03, newRule: 0xa06 } as const;
const nfTables = 10;
const internet = 2;

type Content = string | number | Buffer;

/** A netlink attribute: numbers in network byte order, texts with a final zero, and padding to four bytes. */
function attribute(type: number, content: Content): Buffer {
  const bytes =
    typeof content === 'string' ? Buffer.from(`${content}\0`) : typeof content === 'number' ? uint32(content) : content;
  const header = Buffer.alloc(4);
  header.writeUInt16LE(header.length + bytes.length, 0);
  header.writeUInt16LE(type, 2);
  return Buffer.concat([header, bytes, Buffer.alloc(-bytes.length & 3)]);
}

function nested(type: number, ...attributes: Buffer[]): Buffer {
  const isNested = 0x8000;
  return attribute(type | isNested, Buffer.concat(attributes));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function message(type: number, moreFlags: number, family: number, ...attributes: Buffer[]): Buffer {
  const content = Buffer.concat(attributes);
  const header = Buffer.alloc(20);
  header.writeUInt32LE(header.length + content.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flags.request | moreFlags, 6);
  header.writeUInt8(family, 16);
  header.writeUInt16BE(nfTables, 18);
  return Buffer.concat([header, content]);
}

const create = flags.create | flags.append;
const [table, chain] = ['provoked', 'input'];
/** The hook for incoming packets, with priority 0. */
const hook = nested(4, attribute(1, 1), attribute(2, 0));
/** Loads the state (0) of the packet's connection into register 1. No rule uses it, but a rule must ask for it. */
const loadState = nested(1, attribute(1, 'ct'), nested(2, attribute(1, 1), attribute(2, 0)));
const batch = Buffer.concat([
  message(types.batchBegin, 0, 0),
  message(types.newTable, create, internet, attribute(1, table)),
  message(types.newChain, create, internet, attribute(1, table), attribute(3, chain), hook, attribute(7, 'filter')),
  message(
    types.newRule,
    create | flags.acknowledge,
    internet,
    attribute(1, table),
    attribute(2, chain),
    nested(4, loadState),
  ),
  message(types.batchEnd, 0, 0),
]);

const ffi = process.getBuiltinModule('node:ffi');
const { functions } = ffi.dlopen(null, {
  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  send: { arguments: ['i32', 'buffer', 'u64', 'i32'], return: 'i64' },
  recv: { arguments: ['i32', 'buffer', 'u64', 'i32'], return: 'i64' },
});
const socket = functions.socket(netlink.family, netlink.raw, netlink.netfilter);
const answer = Buffer.alloc(4_096);
functions.send(socket, batch, BigInt(batch.length), 0);
functions.recv(socket, answer, BigInt(answer.length), 0);
// An answer has a header, and then an error: negative, or 0 for success.
const error = answer.readInt32LE(16);
if (error !== 0) throw new Error(`connections are not tracked: error ${-error} of nf_tables`);
