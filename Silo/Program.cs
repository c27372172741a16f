// Composition root: filled by the first slice.
return 0;
