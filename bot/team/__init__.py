"""Keep the team of admins: who has which role, who is invited, and who is suspended.

The setting ADMIN_IDS contains the Telegram ids of owners, who invite others in the chat. Other packages use these:

    `membership`: Team.role_of(user), Team.ids, Team.with_permission(permission)     who may do what now
    `permissions`: action_permission(action)                                         which permission a button needs
"""
