/**
 * `lib/detect/messages`: what consumers say and do of the channels that others send to: their own descriptions, and the topics, queues
 * and subjects in their code.
 */

import { isCode } from '../http/triggers.ts';
import { bytesMatch } from '../limits.ts';
import type { Detector } from '../types.ts';
import { messageTrigger } from './trigger.ts';

/** Reads the topics, queues and subjects that code sends to and receives from: one use each. */
export const messageCalls: Detector = {
  name: 'message-calls',
  summary: 'topics, queues and subjects that code sends to and receives from',
  roles: ['import'],
  reads: isCode,
  triggers: (bytes) => bytesMatch(bytes, messageTrigger),
  extract: async (files, _options, wanted) => (await import('./calls.ts')).extractMessages(files, wanted),
};
