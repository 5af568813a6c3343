import { type Refusals, type Texts, speak } from '../texts/texts';

/** Milliseconds; uploads are worth more than their words. */
const patience = 5000;

/** Lets the scripts speak as the page does. English is built in, and is what they speak where the texts do not come. */
export async function speakAs(tag: string, base: string): Promise<void> {
  if (tag === 'en') return;
  try {
    const answer = await fetch(`${base}languages/${tag}`, { signal: AbortSignal.timeout(patience) });
    if (answer.ok) speak(tag, (await answer.json()) as Partial<Texts> & Refusals);
  } catch {
    // the network, or no JSON
  }
}
