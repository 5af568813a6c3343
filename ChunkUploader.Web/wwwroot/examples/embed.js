// All that a page needs: the module, its worker beside it, and a place to show what happens.
import { Uploader } from '../dist/uploader.js';

const uploader = new Uploader();
const rows = new Map();

uploader.on('added', upload => {
  const row = document.createElement('li');
  rows.set(upload, row);
  document.querySelector('#uploads').append(row);
});
uploader.on('changed', upload => {
  rows.get(upload).textContent = `${upload.file.name}: ${upload.state}`;
});
uploader.on('done', upload => {
  const link = document.createElement('a');
  link.href = upload.result.url;
  link.textContent = upload.result.name;
  rows.get(upload).replaceChildren(link);
});
uploader.on('idle', ({ done, files }) => {
  document.querySelector('#overall').textContent = `${done} of ${files} files are stored.`;
});

const input = document.querySelector('#files');
input.addEventListener('change', () => {
  uploader.add(input.files);
  input.value = '';
});
