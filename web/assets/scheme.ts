/** A button that turns light to dark and back; without it the system decides. */
export function offerSchemes(): void {
  const button = document.querySelector<HTMLButtonElement>('#scheme');
  if (!button) return;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const current = () => document.documentElement.dataset.scheme ?? (system.matches ? 'dark' : 'light');
  const show = () => {
    button.textContent = current() === 'dark' ? 'Light' : 'Dark';
  };
  button.addEventListener('click', () => {
    const scheme = current() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.scheme = scheme;
    localStorage.setItem('scheme', scheme);
    show();
  });
  system.addEventListener('change', show);
  show();
  button.hidden = false;
}
