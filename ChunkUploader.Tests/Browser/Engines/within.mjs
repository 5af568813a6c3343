/** Fails where a driver keeps silent. */
export function within(milliseconds, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => { reject(new Error(`no end in ${milliseconds / 1000} s`)); }, milliseconds);
  });
  return Promise.race([work, late]).finally(() => { clearTimeout(timer); });
}
