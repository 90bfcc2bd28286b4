//! NCIP without HTTP: a caller writes messages, one after another, and reads their answers in the same order, each with a line end after it.
//! Bounded in size and time as HTTP is. A message that was begun is handled to its end even when its sender hangs up. Must never look at what
//! a message says.

use std::{io, sync::Arc};

use ncip::framing::Framer;
use net::{
    BoxFuture, Caller, Clock, Connection, ConnectionHandler, Exchange, ServerLimits, StopSignal, WriteGuard,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How much is read from a connection at once.
const READ_CHUNK: usize = 8 << 10;

/// What was read from a connection.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// A whole message.
    Message(Vec<u8>),
    /// Something that broke off.
    BrokenOff(Vec<u8>),
    /// More than a message may have; nothing of it is kept.
    TooLong {
        /// The most bytes that a message may have.
        limit: usize,
    },
}

/// Answers frames.
pub trait FrameHandler: Send + Sync + 'static {
    /// Answers one frame.
    fn answer(&self, frame: Frame, caller: Caller) -> BoxFuture<'static, Vec<u8>>;
}

/// Speaks NCIP on connections.
pub struct FramedMessages {
    /// Answers what is read.
    pub handler: Arc<dyn FrameHandler>,
    /// What a caller may take.
    pub limits: ServerLimits,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

impl ConnectionHandler for FramedMessages {
    fn serve(self: Arc<Self>, connection: Connection) -> BoxFuture<'static, io::Result<()>> {
        Box::pin(async move {
            let Connection { stream, caller, stop, tasks } = connection;
            let limit = usize::try_from(self.limits.body_bytes).unwrap_or(usize::MAX);
            let chunk = vec![0; READ_CHUNK];
            let mut reader = FrameReader { stream, stop, framer: Framer::new(limit), chunk };
            let ended = loop {
                let frame = match self.next_frame(&mut reader).await {
                    Ok(Some(frame)) => frame,
                    Ok(None) => break Ok(()),
                    Err(why) => break Err(why),
                };
                let whole = matches!(frame, Frame::Message(_));
                let exchange = Exchange::default();
                let answering = exchange.run(self.handler.answer(frame, caller.clone()));
                let Some(mut answer) = tasks.run(answering).await else {
                    break Ok(());
                };
                answer.push(b'\n');
                let written = async {
                    reader.stream.write_all(&answer).await?;
                    reader.stream.flush().await
                };
                let written = written.await;
                drop(exchange);
                if written.is_err() || !whole {
                    break Ok(());
                }
            };
            let _ = reader.stream.shutdown().await;
            ended
        })
    }
}

/// A connection from which frames are read.
struct FrameReader {
    stream: WriteGuard,
    stop: StopSignal,
    framer: Framer,
    chunk: Vec<u8>,
}

impl FramedMessages {
    /// The next frame; `None` when the other end has closed or is silent for too long, or the server is to stop.
    async fn next_frame(&self, reader: &mut FrameReader) -> io::Result<Option<Frame>> {
        let FrameReader { stream, stop, framer, chunk } = reader;
        let mut time_up = self.clock.sleep(self.limits.header_time);
        let mut begun = false;
        loop {
            match framer.next_message() {
                Ok(Some(message)) => return Ok(Some(Frame::Message(message))),
                Ok(None) => {}
                Err(too_long) => return Ok(Some(Frame::TooLong { limit: too_long.limit })),
            }
            if !begun && !framer.unfinished().is_empty() {
                begun = true;
                time_up = self.clock.sleep(self.limits.body_time);
            }
            let broken_off = |framer: &Framer| begun.then(|| Frame::BrokenOff(framer.unfinished().to_vec()));
            let count = tokio::select! {
                count = stream.read(chunk) => count?,
                () = &mut time_up => return Ok(broken_off(framer)),
                () = stop.given(), if !begun => return Ok(None),
            };
            if count == 0 {
                return Ok(broken_off(framer));
            }
            framer.push(&chunk[..count]);
        }
    }
}
