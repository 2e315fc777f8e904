// Loaded by --import before the job: its wall clock runs backwards, a day in each second.
const start = Date.now();
const DAY = 86_400_000;

Date.now = () => Math.trunc(start - performance.now() * (DAY / 1_000));
