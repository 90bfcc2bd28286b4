//! The body of a request that comes in: bounded in size and in time while it is read. Must never buffer more than its limit.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use http_body_util::BodyExt;
use hyper::{
    StatusCode,
    body::{Body, Bytes, Frame, Incoming, SizeHint},
};

use crate::seams::BoxFuture;

/// A request's body. Reading it ends with an error as soon as it is too large or too slow.
pub struct RequestBody {
    inner: Incoming,
    limit: u64,
    left: u64,
    time_up: BoxFuture<'static, ()>,
}

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is larger than a request may be.
    #[error("the body is larger than {limit} bytes, which is the most that is read")]
    TooLarge {
        /// The most bytes that are read.
        limit: u64,
    },
    /// It did not come in time.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// The connection broke, or what came is no HTTP body.
    #[error("the body broke off: {0}")]
    Broken(String),
}

impl BodyError {
    /// The status to answer with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken(_) => StatusCode::BAD_REQUEST,
        }
    }
}

impl RequestBody {
    pub(super) fn new(inner: Incoming, limit: u64, time_up: BoxFuture<'static, ()>) -> Self {
        Self { inner, limit, left: limit, time_up }
    }

    /// The whole body.
    ///
    /// # Errors
    /// When it is too large, too slow or broken.
    pub async fn read(self) -> Result<Bytes, BodyError> {
        Ok(self.collect().await?.to_bytes())
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let too_large = BodyError::TooLarge { limit: self.limit };
        if self.inner.size_hint().lower() > self.left {
            return Poll::Ready(Some(Err(too_large)));
        }
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                let size = frame.data_ref().map_or(0, |data| data.len() as u64);
                match self.left.checked_sub(size) {
                    Some(left) => {
                        self.left = left;
                        Poll::Ready(Some(Ok(frame)))
                    }
                    None => Poll::Ready(Some(Err(too_large))),
                }
            }
            Poll::Ready(Some(Err(why))) => Poll::Ready(Some(Err(BodyError::Broken(why.to_string())))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => self.time_up.as_mut().poll(cx).map(|()| Some(Err(BodyError::TooSlow))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBody").field("left", &self.left).finish_non_exhaustive()
    }
}
