import uPlot from 'uplot';

// biome-ignore lint/style/noDefaultExport: the file that is served in its place, uPlot's own, has one.
export default uPlot;
