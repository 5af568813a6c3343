/** A form that is ready to be sent. */
export interface EncodedForm {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type FormFields = Readonly<Record<string, string | number | undefined>>;

/** Fields without a value are left out. */
export function formOf(fields: FormFields): FormData {
  const form = new FormData();
  for (const [name, value] of said(fields)) form.append(name, value);
  return form;
}

/**
 * The same form, multipart/form-data by RFC 7578, with a file behind the fields, put together here: for every form with
 * a file the browser asks its other processes several times, which takes longer than sending a small one.
 */
export function encodeForm(fields: FormFields, file: Uint8Array): EncodedForm {
  const boundary = `----form-${Array.from({ length: 4 }, () => Math.random().toString(36).slice(2)).join('')}`;
  const part = (name: string, more = '') => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`;
  const head = said(fields).map(([name, value]) => `${part(name)}${value}\r\n`).join('') + part('file', '; filename="file"');
  const [before, after] = [head, `\r\n--${boundary}--\r\n`].map(text => new TextEncoder().encode(text)) as [Uint8Array, Uint8Array];
  const bytes = new Uint8Array(before.length + file.length + after.length);
  bytes.set(before);
  bytes.set(file, before.length);
  bytes.set(after, before.length + file.length);
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes };
}

function said(fields: FormFields): [name: string, value: string][] {
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
}
