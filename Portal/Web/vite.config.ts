import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** While developing, everything that is not a page comes from a running centre. */
const portal = process.env.REGIONAL_PORTAL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 4096,
    assetsInlineLimit: 0,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': portal,
      '/dicom-web': portal,
      '/openapi': portal,
      '/health': portal,
      '/hubs': { target: portal, ws: true },
    },
  },
});
