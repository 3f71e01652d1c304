import './elements/app.ts';
