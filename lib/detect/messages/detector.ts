/**
 * `lib/detect/messages`: what consumers say and do of the channels that others send to: their own descriptions, and the topics, queues
 * and subjects in their code.
 */

import { isCode } from '../http/triggers.ts';
import { bytesMatch } from '../limits.ts';
import type { Detector } from '../types.ts';

/** Words that a file has that sends or receives messages: the clients' own names, and how they are called. */
export const messageTrigger =
  /kafka|Kafka|sarama|kgo\b|\bnats\b|\bnc\b|jetstream|amqp|[rR]abbit|\bpika\b|mqtt|[qQ]ueue_?[uU]rl|[tT]opic_?[aA]rn|put_?[eE]vents|PutEvents|[sS]qs|[sS]ns\b|[eE]vent[bB]ridge|microservices|JmsListener/;

/** Reads the topics, queues and subjects that code sends to and receives from: one use each. */
export const messageCalls: Detector = {
  name: 'message-calls',
  summary: 'topics, queues and subjects that code sends to and receives from',
  roles: ['import'],
  reads: isCode,
  triggers: (bytes) => bytesMatch(bytes, messageTrigger),
  extract: async (files, _options, wanted) => (await import('./calls.ts')).extractMessages(files, wanted),
};
