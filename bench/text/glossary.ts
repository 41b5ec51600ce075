/** One word for one thing: in the code, in the report and in the documents. The docs and the report's page list these rows. */
export interface Term {
  term: string;
  /** One or two sentences, without the term itself as their subject. */
  meaning: string;
}

export const glossary: readonly Term[] = [
  {
    term: 'server',
    meaning: 'The program under test. It listens for TLS websocket connections, and reads and parses the messages.',
  },
  {
    term: 'contender',
    meaning:
      'One place in a comparison, with the server that takes it. A server that is compared with itself takes two places: async and async-2.',
  },
  { term: 'model', meaning: 'How a server waits: one thread per connection, or one event loop for all of them.' },
  { term: 'connection', meaning: 'One TCP connection with TLS 1.3 and a websocket on it.' },
  {
    term: 'handshake',
    meaning: 'What opens a connection: the TLS handshake, then the HTTP request that upgrades it to a websocket.',
  },
  {
    term: 'client',
    meaning:
      'One connection of the fleet. It is silent, it sends one message per message interval, or it arrives, sends one and leaves.',
  },
  { term: 'message', meaning: 'A JSON text in one websocket frame, 10,240 bytes long unless the run says otherwise.' },
  { term: 'fleet', meaning: 'All clients together, spread over a few processes on one or more machines.' },
  { term: 'harness', meaning: 'The program that plans a run, starts servers and fleet, and writes the record.' },
  {
    term: 'agent',
    meaning: 'A small program beside the server. It starts the server and reads from the kernel what the server uses.',
  },
  { term: 'target', meaning: 'The machine that servers run on, when it is not the one that the harness runs on.' },
  {
    term: 'run',
    meaning:
      'One comparison, with one record. It may be interrupted and resumed. All figures of a report come from runs.',
  },
  { term: 'profile', meaning: 'A set of defaults for a run: smoke to see that it works, quick, or full to publish.' },
  {
    term: 'phase',
    meaning: 'One kind of measurement: build, calibration, memory, connected, sending, arrivals, https.',
  },
  {
    term: 'trial',
    meaning: 'One measurement of one phase for one contender, with a fresh server and a fresh fleet.',
  },
  { term: 'window', meaning: 'The part of a trial that figures are taken from, after the warm-up.' },
  {
    term: 'search',
    meaning:
      'How the most clients are found: steps that double the clients until one fails, then numbers between the two.',
  },
  { term: 'attempt', meaning: 'A part of a search on one fresh server and fleet. Its record is that of a trial.' },
  {
    term: 'step',
    meaning:
      'One number of clients in a search. It passes, it fails, or it is void because the fleet was at its own limit.',
  },
  {
    term: 'void',
    meaning: 'Said of a step or a trial that counts nowhere, because the fleet was at its limit or a check failed.',
  },
  { term: 'hold', meaning: 'The time that all clients of a step stay connected before the step is judged.' },
  {
    term: 'held',
    meaning: 'A number of clients is held when its step passed: all connected, none lost, messages parsed in time.',
  },
  {
    term: 'bracket',
    meaning: 'The most clients held and the fewest not held. The limit of the server lies between them.',
  },
  {
    term: '≥',
    meaning:
      'At least. Something other than the server ended the search, or no higher rate failed, so the server might do more.',
  },
  {
    term: 'cause',
    meaning: 'Why a search stopped, named by the earliest evidence: a limit, a crash, a saturated core, or the fleet.',
  },
  { term: 'ceiling', meaning: 'A limit of a machine, and the number of clients at which it stops a search.' },
  { term: 'remedy', meaning: 'The command that raises a ceiling, or a sentence where no command can.' },
  { term: 'preflight', meaning: 'The check of all ceilings before the first trial.' },
  {
    term: 'latency',
    meaning:
      'Time from when a message was due to the pong behind it. The pong cannot come before the server has parsed the message.',
  },
  {
    term: 'coordinated omission',
    meaning:
      'A load generator that waits for a slow server sends less and so hides the delay. Here time counts from when a message was due.',
  },
  { term: 'open loop', meaning: 'Clients arrive or send at a set rate, without waiting for the ones before.' },
  {
    term: 'message interval',
    meaning: 'Time between two messages of a client: one second unless the run says otherwise.',
  },
  {
    term: 'arrival',
    meaning: 'A client that comes at a set rate, opens TLS and websocket, sends one message and leaves.',
  },
  { term: 'lateness', meaning: 'How long after its due time the fleet sent a message. It is the fleet’s own delay.' },
  { term: 'knee', meaning: 'The highest rate of arrivals before latency doubles or arrivals fail.' },
  {
    term: 'RSS',
    meaning: 'Resident set size: memory of a process that is in RAM, in /proc/PID/status as VmRSS; VmHWM is its peak.',
  },
  {
    term: 'PSS',
    meaning: 'Proportional set size: the same, with pages that processes share divided among them.',
  },
  {
    term: 'event-loop utilisation',
    meaning: 'Share of time in which an event loop had something to do, from 0 to 1.',
  },
  {
    term: 'backlog',
    meaning: 'Queue of connections that the kernel has completed and the server has not accepted yet.',
  },
  {
    term: 'memory guard',
    meaning: 'The agent kills the server before the machine runs out of memory. The run names it as the cause.',
  },
  {
    term: 'verdict',
    meaning:
      'What the trials say about two contenders: which is better and by how much, no practical difference, or too few trials.',
  },
  {
    term: 'interval',
    meaning:
      'The confidence interval: the range that contains the true value with the stated probability, computed from the trials.',
  },
  {
    term: 'margin',
    meaning: 'A difference below it makes no practical difference: 5 % unless the run says otherwise.',
  },
  {
    term: 'audit',
    meaning: 'Checks of each trial that must be met for its figures to count. A trial that fails one is void.',
  },
  {
    term: 'calibration',
    meaning: 'What the fleet itself can send, and whether it sees a server that stands still. It precedes the trials.',
  },
  {
    term: 'record',
    meaning: 'The file record.jsonl: everything that a run measured. All reports are computed from it.',
  },
  { term: 'seal', meaning: 'The SHA-256 of a record. It shows that the record is as its run left it.' },
];
