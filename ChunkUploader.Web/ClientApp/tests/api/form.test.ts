import { expect, it } from 'vitest';
import { encodeForm, formOf } from '../../src/api/form';
import { bytesOf, sameBytes } from '../fakes';

it('Encodes the form that the browser would send', async () => {
  const fields = { fileName: 'Größe "1"\r\n--x.txt', size: 5000, md5: undefined, relativePath: '图片/a.txt' };
  const file = bytesOf(5000);
  const { contentType, bytes } = encodeForm(fields, file);
  const parsed = await new Response(bytes, { headers: { 'Content-Type': contentType } }).formData();
  const sent = parsed.get('file') as File;
  expect(sameBytes(new Uint8Array(await sent.arrayBuffer()), file)).toBe(true);
  parsed.delete('file');
  expect([...parsed]).toEqual([...formOf(fields)]);
  expect(parsed.has('md5')).toBe(false);
});

it('Puts the file behind the fields, which the server reads first', () => {
  const text = new TextDecoder().decode(encodeForm({ size: 2 }, new TextEncoder().encode('!!')).bytes);
  expect(text.indexOf('name="size"')).toBeLessThan(text.indexOf('!!'));
});
