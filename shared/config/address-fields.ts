import { isIP } from 'node:net';
import * as z from 'zod';
import { itemsOf } from './fields.ts';

/** An http or https address without credentials, query and fragment, as it is written. */
export function httpAddress() {
  return z.string().refine((text) => isAddress(text, /^https?:\/\/(?![^/]*@)[^/]/), {
    error: 'must be an http or https address without credentials, query and fragment',
  });
}

/** An address of Valkey or Redis. It often comes from a file, which ends in a newline. */
export function redisAddress() {
  return z
    .string()
    .trim()
    .refine(
      (text) =>
        isAddress(text, /^(redis|valkey)s?:\/\/([^/]*@)?[^/@]/) && /^\/?\d*$/.test(new URL(text).pathname),
      {
        error: 'must be redis://host:6379',
      },
    );
}

/** Comma-separated names or addresses of hosts, in lower case. */
export function hosts({ ports }: { ports: boolean }) {
  return z
    .string()
    .transform((text) => itemsOf(text.toLowerCase()))
    .refine((items) => items.length > 0 && items.every((item) => isHost(ports ? withoutPort(item) : item)), {
      error: `must be names or addresses ${ports ? 'of hosts' : 'without ports'}, separated by commas`,
    });
}

/** A name or an address to listen on, which has no brackets. */
export function listenAddress() {
  return z.string().refine((text) => isIP(text) !== 0 || (!text.startsWith('[') && isHost(text)), {
    error: 'must be an address or a name of this machine',
  });
}

/** Comma-separated origins of web pages, or `*`. */
export function origins() {
  return z
    .string()
    .transform(itemsOf)
    .refine((items) => items.length > 0 && (items.join() === '*' || items.every(isOrigin)), {
      error: 'must be comma-separated origins such as https://app.example.org, or *',
    });
}

function isOrigin(text: string): boolean {
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Has a host after `start`, and neither query nor fragment. URL itself would drop spaces and add slashes. */
function isAddress(text: string, start: RegExp): boolean {
  return start.test(text) && /^[^\s?#\\]+$/.test(text) && URL.canParse(text);
}

function isHost(text: string): boolean {
  if (text.startsWith('[')) return text.endsWith(']') && isIP(text.slice(1, -1)) === 6;
  // URL takes other characters as well, and reads 1.2.3 as an address.
  return (
    /^[\w.-]+$/.test(text) &&
    URL.canParse(`http://${text}`) &&
    new URL(`http://${text}`).hostname === text.toLowerCase()
  );
}

function withoutPort(text: string): string {
  const [, host = text, port] = /^(.+):([1-9]\d{0,4})$/.exec(text) ?? [];
  return port === undefined || Number(port) <= 65_535 ? host : text;
}
