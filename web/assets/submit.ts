/** Ctrl+Enter sends the form of a text that has several lines. */
export function submitByKey(): void {
  for (const area of document.querySelectorAll<HTMLTextAreaElement>('[data-submit]'))
    area.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || event.shiftKey)) {
        event.preventDefault();
        area.form?.requestSubmit();
      }
    });
}
