import { type RefObject, useEffect, useState } from 'react';
import { type CameraFault, faultOf, wanted } from './camera';

export interface Camera {
  live: boolean;
  fault: CameraFault | null;
  devices: MediaDeviceInfo[];
  /** The one that is shown. */
  deviceId: string | null;
  choose: (deviceId: string) => void;
  /** Asks once more, after permission was given or a camera plugged in. */
  retry: () => void;
}

/** The browser's camera in a video element, let go when the pane closes. */
export function useCamera(video: RefObject<HTMLVideoElement | null>): Camera {
  const [chosen, setChosen] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const [state, setState] = useState<{ live: boolean; fault: CameraFault | null; deviceId: string | null }>({ live: false, fault: null, deviceId: null });

  useEffect(() => {
    let stream: MediaStream | null = null;
    let gone = false;
    const open = async () => {
      // A page that came over plain HTTP from another machine has no media devices at all.
      if ((navigator.mediaDevices as MediaDevices | undefined) === undefined) {
        setState({ live: false, fault: 'unsupported', deviceId: null });
        return;
      }
      try {
        const opened = await navigator.mediaDevices.getUserMedia(wanted(chosen));
        const element = video.current;
        if (gone || element === null) {
          for (const track of opened.getTracks()) track.stop();
          return;
        }
        stream = opened;
        const [track] = opened.getVideoTracks();
        track?.addEventListener('ended', () => setState({ live: false, fault: 'none', deviceId: null }));
        element.srcObject = opened;
        await element.play();
        setDevices((await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === 'videoinput'));
        setState({ live: true, fault: null, deviceId: track?.getSettings().deviceId ?? chosen });
      } catch (error) {
        if (!gone) setState({ live: false, fault: faultOf(error), deviceId: null });
      }
    };
    void open();
    return () => {
      gone = true;
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, [video, chosen, attempt]);

  return { ...state, devices, choose: setChosen, retry: () => setAttempt((before) => before + 1) };
}
