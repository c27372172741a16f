import {
  DragOutlined, PauseCircleOutlined, PlayCircleOutlined, RotateRightOutlined, SwapOutlined, UndoOutlined, ZoomInOutlined,
} from '@ant-design/icons';
import { Button, Divider, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ToolName } from './engine';
import { FourIcon, InvertIcon, OneIcon, RulerIcon, StackIcon, TwoIcon, WindowIcon } from './icons';
import type { Preset } from './voi';

export type GridName = '1x1' | '1x2' | '2x2';

export interface ToolbarProps {
  tool: ToolName;
  onTool: (tool: ToolName) => void;
  presets: Preset[];
  preset: string | null;
  onPreset: (preset: Preset | null) => void;
  onRotate: () => void;
  onFlipHorizontally: () => void;
  onFlipVertically: () => void;
  onInvert: () => void;
  onReset: () => void;
  cine: boolean;
  onCine: () => void;
  grid: GridName;
  onGrid: (grid: GridName) => void;
}

function Tool({ icon, name, hotkey, active, onClick }: { icon: ReactNode; name: string; hotkey: string; active?: boolean; onClick: () => void }) {
  return (
    <Tooltip title={<>{name} <kbd>{hotkey}</kbd></>} mouseEnterDelay={0.4}>
      <Button size="small" type={active === true ? 'primary' : 'text'} icon={icon} aria-label={name} aria-pressed={active} aria-keyshortcuts={hotkey}
        onClick={(event) => {
          event.currentTarget.blur();
          onClick();
        }} />
    </Tooltip>
  );
}

export function Toolbar(props: ToolbarProps) {
  const { t } = useTranslation();
  const tool = (name: ToolName, icon: ReactNode, hotkey: string) => (
    <Tool icon={icon} name={t(`viewer.tool.${name}`)} hotkey={hotkey} active={props.tool === name} onClick={() => props.onTool(name)} />
  );
  const grid = (name: GridName, icon: ReactNode) => <Tool icon={icon} name={t(`viewer.grid.${name}`)} hotkey="G" active={props.grid === name} onClick={() => props.onGrid(name)} />;
  return (
    <div className="viewer-tools" role="toolbar" aria-label={t('viewer.tools')}>
      {tool('scroll', <StackIcon />, 'S')}
      {tool('window', <WindowIcon />, 'W')}
      {tool('zoom', <ZoomInOutlined />, 'Z')}
      {tool('pan', <DragOutlined />, 'P')}
      {tool('length', <RulerIcon />, 'L')}
      <Divider orientation="vertical" />
      <Tool icon={<RotateRightOutlined />} name={t('viewer.rotate')} hotkey="R" onClick={props.onRotate} />
      <Tool icon={<SwapOutlined />} name={t('viewer.flipHorizontally')} hotkey="H" onClick={props.onFlipHorizontally} />
      <Tool icon={<SwapOutlined rotate={90} />} name={t('viewer.flipVertically')} hotkey="V" onClick={props.onFlipVertically} />
      <Tool icon={<InvertIcon />} name={t('viewer.invert')} hotkey="I" onClick={props.onInvert} />
      <Tool icon={<UndoOutlined />} name={t('viewer.reset')} hotkey="0" onClick={props.onReset} />
      <Tool icon={props.cine ? <PauseCircleOutlined /> : <PlayCircleOutlined />} name={t('viewer.cine')} hotkey="Space" active={props.cine} onClick={props.onCine} />
      <Divider orientation="vertical" />
      {grid('1x1', <OneIcon />)}
      {grid('1x2', <TwoIcon />)}
      {grid('2x2', <FourIcon />)}
      {props.presets.length > 0 && <Divider orientation="vertical" />}
      <span className="viewer-presets">
        {props.presets.map((preset, index) => (
          <Tooltip key={preset.name} title={<>{t('viewer.presetHint', { width: preset.voi.width, center: preset.voi.center })} <kbd>{index + 1}</kbd></>} mouseEnterDelay={0.4}>
            <Button size="small" type={props.preset === preset.name ? 'primary' : 'text'} aria-keyshortcuts={String(index + 1)}
              onClick={(event) => {
                event.currentTarget.blur();
                props.onPreset(preset);
              }}>{t(`viewer.preset.${preset.name}`)}</Button>
          </Tooltip>
        ))}
      </span>
    </div>
  );
}
