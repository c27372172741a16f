import Icon from '@ant-design/icons';

const svg = (path: React.ReactNode) => function Drawn() {
  return <svg viewBox="0 0 24 24" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden>{path}</svg>;
};

const Window = svg(<><circle cx="12" cy="12" r="8.5" /><path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor" /></>);
const Ruler = svg(<><path d="M4 17 17 4l3 3L7 20z" /><path d="m8 14 2 2M11 11l2 2M14 8l2 2" /></>);
const Invert = svg(<><rect x="4" y="4" width="16" height="16" rx="2" /><path d="M4 20 20 4v16z" fill="currentColor" /></>);
const Stack = svg(<><rect x="4" y="9" width="16" height="11" rx="1.5" /><path d="M6 6h12M8 3h8" /></>);
const One = svg(<rect x="4" y="4" width="16" height="16" rx="1.5" />);
const Two = svg(<><rect x="3" y="5" width="8" height="14" rx="1" /><rect x="13" y="5" width="8" height="14" rx="1" /></>);
const Four = svg(<><rect x="3" y="3" width="8" height="8" rx="1" /><rect x="13" y="3" width="8" height="8" rx="1" /><rect x="3" y="13" width="8" height="8" rx="1" /><rect x="13" y="13" width="8" height="8" rx="1" /></>);

export const WindowIcon = () => <Icon component={Window} />;
export const RulerIcon = () => <Icon component={Ruler} />;
export const InvertIcon = () => <Icon component={Invert} />;
export const StackIcon = () => <Icon component={Stack} />;
export const OneIcon = () => <Icon component={One} />;
export const TwoIcon = () => <Icon component={Two} />;
export const FourIcon = () => <Icon component={Four} />;
