/**
 * Makes a button copy the text of a field. If the browser forbids that, the text is selected, so that the reader can copy it.
 *
 * @param say tells the reader the outcome
 */
export function offerCopying(button: HTMLButtonElement, field: HTMLTextAreaElement, say: (sentence: string) => void) {
  button.addEventListener('click', () => {
    copy(field.value).then(
      () => say('Copied as Markdown.'),
      () => say(copySelected(field, button) ? 'Copied as Markdown.' : 'The table is selected: copy it from here.'),
    );
  });
}

/** @throws Error without a clipboard, which a browser offers to secure origins only */
async function copy(text: string): Promise<void> {
  const { clipboard }: { clipboard?: Clipboard } = navigator;
  if (clipboard === undefined) throw new Error('There is no clipboard.');
  await clipboard.writeText(text);
}

/** Copies by `execCommand`, which copies only visible text. @returns false when it fails; the text then stays selected */
function copySelected(field: HTMLTextAreaElement, button: HTMLButtonElement): boolean {
  const details = field.closest('details');
  const wasOpen = details?.open === true;
  if (details !== null) details.open = true;
  field.select();
  if (!document.execCommand('copy')) return false;
  if (details !== null) details.open = wasOpen;
  button.focus();
  return true;
}
