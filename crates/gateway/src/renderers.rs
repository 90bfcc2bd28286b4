//! What the commit loop renders with, put together: ISO 18626, NCIP and mail each by its own adapter.

use iso_endpoint::render;
use jiff::Timestamp;
use loan_model::ils::IlsAnswer;
use manual::{copies::CopyLinks, mail::MailQueue};
use persistence::RequestId;
use runtime::{
    copy_file::NoCopy,
    requests::{
        CommandToRender, MessageToRender, NotificationToRender, RenderedCommand, RenderedMail,
        RenderedMessage, Renderer, Unwritable,
    },
};

/// The renderers of a gateway.
pub(crate) struct Renderers {
    /// Writes mails; nothing, where mail is not configured.
    pub(crate) mail: Option<MailQueue>,
    /// Makes links to copies.
    pub(crate) copies: CopyLinks,
}

impl Renderer for Renderers {
    fn message(&self, message: MessageToRender<'_>) -> Result<RenderedMessage, Unwritable> {
        render::message(message)
    }

    fn ils_command(&self, command: CommandToRender<'_>) -> Result<RenderedCommand, IlsAnswer> {
        ils::command(command)
    }

    fn notification(&self, notification: NotificationToRender<'_>) -> Option<RenderedMail> {
        self.mail.as_ref()?.notification(notification)
    }

    fn copy_address(&self, request: RequestId, step: u64, now: Timestamp) -> Result<String, NoCopy> {
        self.copies.address(request, step, now)
    }
}
