/** A button that copies the text of a field, and lets the reader do so where it is not allowed to. */
export function offerCopying(button: HTMLButtonElement, field: HTMLTextAreaElement, say: (sentence: string) => void) {
  button.addEventListener('click', () => {
    copy(field.value).then(
      () => say('Copied as Markdown.'),
      () => say(copySelected(field, button) ? 'Copied as Markdown.' : 'The table is selected: copy it from here.'),
    );
  });
}

/** Without a secure origin, a browser has no clipboard to write to. */
async function copy(text: string): Promise<void> {
  const { clipboard }: { clipboard?: Clipboard } = navigator;
  if (clipboard === undefined) throw new Error('There is no clipboard.');
  await clipboard.writeText(text);
}

/** The older way, which needs to see what is copied. @returns false when the text is left selected */
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
