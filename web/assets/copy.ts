/** A button behind whatever can be copied whole. */
export function offerCopies(): void {
  if (!navigator.clipboard) return;
  for (const element of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.ariaLabel = `Copy ${element.textContent}`;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(element.dataset.copy ?? '');
      button.textContent = 'Copied';
      setTimeout(() => {
        button.textContent = 'Copy';
      }, 1_500);
    });
    element.after(button);
  }
}
