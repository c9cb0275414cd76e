//! `TagResource`, `UntagResource`, `ListTagsForResource`, and tags on the wire.

use super::{
    Call,
    model::{
        ListTagsForResourceRequest, ListTagsForResourceResponse, Tag, TagResourceRequest,
        TagResourceResponse, Text, UntagResourceRequest, UntagResourceResponse,
    },
    wire::Refusal,
};
use crate::{
    Tagged,
    api::{self, Operation, Tags},
};
use std::sync::Arc;

/// Tags in the terms of the state machine.
pub(super) fn tags_of(tags: &[Tag]) -> Tags {
    let text = |text: &Option<Text>| -> Arc<str> { text.as_deref().unwrap_or_default().into() };
    tags.iter().map(|tag| (text(&tag.key), text(&tag.value))).collect()
}

/// A tag as the wire has it.
pub(super) fn shown((key, value): &api::Tag) -> Tag {
    Tag { key: Some(key.to_string().into()), value: Some(value.to_string().into()) }
}

impl Call<'_> {
    /// The tags of a resource as the wire has them.
    pub(super) fn tags_shown(&self, of: Tagged) -> Vec<Tag> {
        self.ecs.tags(of).iter().map(shown).collect()
    }

    pub(super) fn tag_resource(&mut self, input: TagResourceRequest) -> Result<TagResourceResponse, Refusal> {
        self.admit(Operation::TagResource)?;
        let of = self.ecs.tagged(input.resource_arn.as_deref().unwrap_or_default())?;
        self.ecs.put_tags(of, &tags_of(input.tags.as_deref().unwrap_or_default()))?;
        Ok(TagResourceResponse::default())
    }

    pub(super) fn untag_resource(
        &mut self,
        input: UntagResourceRequest,
    ) -> Result<UntagResourceResponse, Refusal> {
        self.admit(Operation::UntagResource)?;
        let of = self.ecs.tagged(input.resource_arn.as_deref().unwrap_or_default())?;
        self.ecs.remove_tags(of, input.tag_keys.iter().flatten().map(|key| &**key));
        Ok(UntagResourceResponse::default())
    }

    pub(super) fn list_tags_for_resource(
        &mut self,
        input: ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResponse, Refusal> {
        self.admit(Operation::ListTagsForResource)?;
        let of = self.ecs.tagged(input.resource_arn.as_deref().unwrap_or_default())?;
        Ok(ListTagsForResourceResponse { tags: Some(self.tags_shown(of)) })
    }
}
