// Before anything is painted: the reader's choice of light or dark, if there is one.
{
  const scheme = localStorage.getItem('scheme');
  if (scheme === 'light' || scheme === 'dark') document.documentElement.dataset.scheme = scheme;
}
