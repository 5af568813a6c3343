// The tests run in Node, whose types would also tell the page that it has them.
declare function setImmediate(callback: (value?: unknown) => void): void;

declare module '*.cshtml?raw' {
  const text: string;
  export default text;
}
